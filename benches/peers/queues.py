# How many jobs a second a well-known queue takes through, each step durable: huey on SQLite, procrastinate on Postgres.
import asyncio
import json
import os
import sys
import tempfile
import threading
import time


def report(queue, store, jobs, entering, working):
    print(json.dumps({
        "queue": queue, "store": store, "jobs": jobs,
        "entered_per_second": round(jobs / entering), "jobs_per_second": round(jobs / working),
    }), flush=True)


def huey(jobs):
    from huey import SqliteHuey

    with tempfile.TemporaryDirectory(dir=os.environ.get("PEERS_DIR")) as directory:
        queue = SqliteHuey(filename=os.path.join(directory, "huey.db"), fsync=True)
        left, done = [jobs], threading.Event()
        lock = threading.Lock()

        @queue.task()
        def nothing(number):
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    done.set()
            return number

        started = time.perf_counter()
        for number in range(jobs):
            nothing(number)
        entering = time.perf_counter() - started
        consumer = queue.create_consumer(workers=4, worker_type="thread", periodic=False)
        started = time.perf_counter()
        consumer.start()
        done.wait()
        working = time.perf_counter() - started
        consumer.stop(graceful=True)
        report("huey", "sqlite", jobs, entering, working)


async def procrastinate(jobs, url):
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=url))
    left, done = [jobs], asyncio.Event()

    @app.task(name="nothing")
    async def nothing(number):
        left[0] -= 1
        if left[0] == 0:
            done.set()

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        started = time.perf_counter()
        for number in range(jobs):
            await nothing.defer_async(number=number)
        entering = time.perf_counter() - started
        started = time.perf_counter()
        worker = asyncio.create_task(app.run_worker_async(concurrency=4, wait=False, install_signal_handlers=False))
        await done.wait()
        working = time.perf_counter() - started
        await worker
    report("procrastinate", "postgres", jobs, entering, working)


if __name__ == "__main__":
    which, jobs = sys.argv[1], int(sys.argv[2])
    if which == "huey":
        huey(jobs)
    else:
        asyncio.run(procrastinate(jobs, os.environ["PEERS_POSTGRES"]))
