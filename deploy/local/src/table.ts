/** Rows as aligned text; the first row is the heading. Numbers belong to the right, as text they are padded so. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? '').length)),
  );
  return rows
    .map((row) => `  ${widths.map((width, column) => cell(row[column], width)).join('   ')}`.trimEnd())
    .join('\n');
}

function cell(value: string | number | undefined, width: number): string {
  return typeof value === 'number' ? String(value).padStart(width) : (value ?? '').padEnd(width);
}
