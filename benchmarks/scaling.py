"""What measuring a data set on many machines costs: ``python -m benchmarks.scaling DIR [--workers 1,2 --turns 4]``.

The shares of a picture and of a part are told in seconds of CPU, which a busy machine does not change much; a run in a
Ray cluster on this machine is told in seconds of the clock, from its first part to its last. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import torch
from PIL import Image

from benchmarks.machine import this_machine
from se_explorer.analysis.class_sample import SAMPLE_BYTES
from se_explorer.analysis.pool import Portion, seen_batches
from se_explorer.analysis.profile_tally import Tally
from se_explorer.analysis.profiling import ProfileWork, _shape
from se_explorer.cluster.client import RemoteEngine
from se_explorer.cluster.pool import BATCHES, open_pool
from se_explorer.cluster.service import MOMENT_BYTES, Answer, Service
from se_explorer.engine import Engine, ResumeCache
from se_explorer.images import PictureSet, Preprocessing, decode_picture, open_pictures, open_sample, samples
from se_explorer.models import DEFAULT_MODEL, Network, open_network

BATCH = 64


def cpu(function: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of CPU of this process, all threads, and what the function gave."""
    begun = time.process_time()
    found = function()
    return time.process_time() - begun, found


def shares(engine: Engine, data: PictureSet, portions: int, sample_bytes: int) -> dict[str, float]:
    """What a picture costs to decode and to trace, and a part to carry and to merge."""
    size, steps = BATCH * BATCHES, engine.network.preprocessing
    shape = _shape(engine, data, sample_bytes, 0)
    work, tally = ProfileWork(shape.limit, shape.seed).opened(engine), Tally(shape)
    decoding = tracing = merging = carried = 0.0
    for start in range(0, min(portions * size, len(data)), size):
        part = data.part(start, min(start + size, len(data)))
        seconds, seen = cpu(lambda part=part: list(seen_batches(part, steps, BATCH)))
        decoding += seconds
        seconds, made = cpu(lambda start=start, part=part, seen=seen: work(Portion(start, part, seen)))
        tracing += seconds
        body = pickle.dumps(made, protocol=5)
        carried += len(body)
        seconds, _ = cpu(lambda body=body: tally.merge(pickle.loads(body).tally))
        merging += seconds
    count = tally.count
    parts = -(-count // size)
    return {
        "pictures": count,
        "pictures_a_part": size,
        "sampled_a_class": shape.limit,
        "decode_cpu_ms_a_picture": 1e3 * decoding / count,
        "trace_cpu_ms_a_picture": 1e3 * tracing / count,
        "kilobytes_a_part": carried / parts / 1e3,
        "merge_cpu_ms_a_part": 1e3 * merging / parts,
    }


def decoding() -> dict[str, float]:
    """A JPEG of ImageNet's usual size, 500 x 375, to the 224 pixels that its networks see."""
    sample = Image.fromarray(open_sample(samples()[0].id).pixels).resize((500, 375))
    file, steps, turns = BytesIO(), Preprocessing(224), 40
    sample.save(file, "JPEG", quality=95)
    seconds, _ = cpu(lambda: [steps.see(decode_picture(file.getvalue(), "a").tensor) for _ in range(turns)])
    return {"kilobytes": len(file.getvalue()) / 1e3, "cpu_ms_a_picture": 1e3 * seconds / turns}


def wire(network: Network) -> dict[str, float]:
    """What an engine server adds to a trace: packing, unpacking and checking on both sides, in one process."""
    engine, service = Engine(network, "cpu", ResumeCache(MOMENT_BYTES)), Service([network], "cpu")  # both remember
    sizes = list[tuple[int, int]]()

    def answered(request: httpx2.Request) -> httpx2.Response:
        found = service.submit(request.read())
        answer = found if isinstance(found, Answer) else service.reply(found)
        sizes.append((len(request.content), len(answer.body)))
        return httpx2.Response(answer.status, content=answer.body)

    picture, turns = open_sample(samples()[0].id), 20
    request = engine.request(picture, keep=[engine.blocks[-1].name])
    with RemoteEngine("http://here", httpx2.MockTransport(answered)) as remote:
        remote.trace(engine, request)
        far, _ = cpu(lambda: [remote.trace(engine, request) for _ in range(turns)])
    engine.worker.trace(picture, keep=[engine.blocks[-1].name]).result()
    near, _ = cpu(lambda: [engine.worker.trace(picture, keep=[engine.blocks[-1].name]).result() for _ in range(turns)])
    asked, told = sizes[-1]
    return {
        "request_kilobytes": asked / 1e3,
        "answer_kilobytes": told / 1e3,
        "trace_cpu_ms": 1e3 * near / turns,
        "trace_over_the_wire_cpu_ms": 1e3 * far / turns,
    }


def in_cluster(engine: Engine, data: PictureSet, workers: int, sample_bytes: int) -> dict[str, float]:
    """A pass in a Ray cluster of this machine, from its first part to its last."""

    def stamped() -> Iterator[tuple[float, int]]:
        shape = _shape(engine, data, sample_bytes, 0)
        work = ProfileWork(shape.limit, shape.seed)
        with open_pool(engine.network, "cpu", None, workers) as pool:
            for stop, _part in pool.parts(work, data, BATCH):
                yield time.perf_counter(), stop

    begun = time.perf_counter()
    stamps = list(stamped())
    (first, done), (last, total) = stamps[0], stamps[-1]
    rate = (total - done) / (last - first)
    return {"workers": workers, "start_s": first - begun, "pictures": total - done, "pictures_a_second": rate}


def efficiencies(turns: Sequence[Sequence[dict[str, float]]]) -> list[dict[str, float]]:
    """Pictures a second and a worker over those of the first number of workers, within a turn; over the turns."""
    found = []
    for runs in zip(*turns, strict=True):
        each = [run["pictures_a_second"] / run["workers"] for run in runs]
        first = [turn[0]["pictures_a_second"] / turn[0]["workers"] for turn in turns]
        ratios = [one / base for one, base in zip(each, first, strict=True)]
        found.append(
            {
                "workers": runs[0]["workers"],
                "pictures_a_second": statistics.median(run["pictures_a_second"] for run in runs),
                "efficiency": statistics.median(ratios),
                "low": min(ratios),
                "high": max(ratios),
            }
        )
    return found


def main() -> None:
    """Measure and print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--model", default=DEFAULT_MODEL)
    reader.add_argument("--portions", type=int, default=4)
    reader.add_argument("--workers", default="", help="such as 1,2; needs Ray")
    reader.add_argument("--turns", type=int, default=1, help="of these numbers of workers, one after another")
    reader.add_argument("--sample-bytes", type=int, default=SAMPLE_BYTES, help="of a profile's sample")
    options = reader.parse_args()
    torch.set_num_threads(1)
    engine, data = Engine(open_network(options.model), "cpu"), open_pictures(options.folder)
    told: dict[str, Any] = {"machine": asdict(this_machine(torch.device("cpu"))), "model": options.model}
    told["decoding"], told["wire"] = decoding(), wire(open_network(options.model))
    if options.portions:
        told["shares"] = shares(engine, data, options.portions, options.sample_bytes)
    counts = [int(each) for each in filter(None, options.workers.split(","))]
    if counts:
        turns = [
            [in_cluster(engine, data, each, options.sample_bytes) for each in counts] for _ in range(options.turns)
        ]
        told["turns"], told["cluster"] = turns, efficiencies(turns)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
