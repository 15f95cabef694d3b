"""Prints every event as one line of JSON: python docs/events/consumer.py

Needs `pip install nats-py protobuf` and events.binpb beside it. Settings as in consumer.mjs; CONSUMER is required.
"""

import asyncio
import json
import os
from pathlib import Path

import nats
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

descriptors = Path(__file__).with_name("events.binpb").read_bytes()
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString(descriptors).file:
    pool.Add(file)


async def main() -> None:
    user = os.environ["NATS_USER"]
    connection = await nats.connect(
        os.environ["NATS_URL"],
        user=user,
        password=os.environ["NATS_PASSWORD"],
        inbox_prefix=f"_INBOX_{user}".encode(),  # a user may listen to its own inbox only
    )
    stream = os.environ.get("STREAM", "EVT")
    consumer = await connection.jetstream().pull_subscribe_bind(os.environ["CONSUMER"], stream=stream)
    while True:
        try:
            messages = await consumer.fetch(100, timeout=30)
        except nats.errors.TimeoutError:
            continue  # nothing happened for 30 seconds
        for message in messages:
            event_id, event_type = message.headers["ce-id"], message.headers["ce-type"]
            try:
                schema = pool.FindMessageTypeByName(event_type)
                event = message_factory.GetMessageClass(schema).FromString(message.data)
                data = json_format.MessageToDict(event, always_print_fields_with_no_presence=True)
            except KeyError:
                data = None  # newer than events.binpb
            workspace_id = message.subject.split(".")[-1]
            line = {"type": event_type, "id": event_id, "workspaceId": workspace_id, "data": data}
            print(json.dumps(line), flush=True)
            await message.ack()  # only now: if we crash before this line, the event comes again


asyncio.run(main())
