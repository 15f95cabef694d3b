// GENERATED — do not edit. Written by `npm run generate` from the proto files.

export { type ToolExecutionStarted, ToolExecutionStartedSchema } from '../evt/audit/v1/tool_executions_pb.ts';
export { type ToolExecutionFinished, ToolExecutionFinishedSchema } from '../evt/audit/v1/tool_executions_pb.ts';
