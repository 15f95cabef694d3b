/** Comments of proto files, found by the paths of descriptor.proto's SourceCodeInfo. */
import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescMessage,
  DescMethod,
  DescService,
} from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';

type Documented = DescMessage | DescField | DescEnum | DescEnumValue | DescService | DescMethod;

interface Place {
  readonly file: FileDescriptorProto;
  readonly path: readonly number[];
}

/** Field numbers in FileDescriptorProto, DescriptorProto, EnumDescriptorProto and ServiceDescriptorProto. */
const numbers = { messageType: 4, enumType: 5, service: 6, field: 2, value: 2, method: 2 } as const;

/** The comment in front of a declaration, as one line; empty if it has none. Nested messages are not supported. */
export function commentOf(desc: Documented): string {
  const { file, path } = locate(desc);
  const locations = file.sourceCodeInfo?.location ?? [];
  const found = locations.find((location) => location.path.join() === path.join());
  return (found?.leadingComments ?? '').trim().replace(/\s*\n\s*/g, ' ');
}

function locate(desc: Documented): Place {
  switch (desc.kind) {
    case 'message':
      return { file: desc.file.proto, path: [numbers.messageType, desc.file.messages.indexOf(desc)] };
    case 'enum':
      return { file: desc.file.proto, path: [numbers.enumType, desc.file.enums.indexOf(desc)] };
    case 'service':
      return { file: desc.file.proto, path: [numbers.service, desc.file.services.indexOf(desc)] };
    case 'field':
      return member(desc.parent, numbers.field, desc.parent.fields.indexOf(desc));
    case 'enum_value':
      return member(desc.parent, numbers.value, desc.parent.values.indexOf(desc));
    case 'rpc':
      return member(desc.parent, numbers.method, desc.parent.methods.indexOf(desc));
  }
}

function member(parent: DescMessage | DescEnum | DescService, number: number, index: number): Place {
  const { file, path } = locate(parent);
  return { file, path: [...path, number, index] };
}
