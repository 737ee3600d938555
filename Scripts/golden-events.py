"""Writes Tests/TrainingTests/Golden/events.tfrecord: the events of EventLogTests, as TensorBoard's own code encodes them.

    pip install tensorboard
    python Scripts/golden-events.py
"""

import pathlib

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def value(tag, **content):
    return Summary.Value(tag=tag, **content)


events = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(
        wall_time=1700000000.25,
        step=300,
        summary=Summary(
            value=[
                value("loss/generator", simple_value=0.1),
                value("loss/discriminator", simple_value=-2.5),
            ]
        ),
    ),
    Event(
        wall_time=1700000000.25,
        step=70000,
        summary=Summary(
            value=[
                value(
                    "validation/sample",
                    audio=Summary.Audio(
                        sample_rate=22050,
                        num_channels=1,
                        length_frames=3,
                        encoded_audio_string=b"WAV bytes",
                        content_type="audio/wav",
                    ),
                ),
                value(
                    "validation/mel",
                    image=Summary.Image(height=80, width=300, colorspace=3, encoded_image_string=b"PNG bytes"),
                ),
            ]
        ),
    ),
]

target = pathlib.Path(__file__).parent.parent / "Tests/TrainingTests/Golden/events.tfrecord"
with open(target, "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString(deterministic=True))
    writer.flush()
