/** A plan or an operation with something in it that this executor does not know; Apollo's own knows it. */
export class UnsupportedPlan extends Error {
  override readonly name = 'UnsupportedPlan';
}
