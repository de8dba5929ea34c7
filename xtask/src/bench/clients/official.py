"""The official Python SDK: blocking for one call at a time, asyncio for more."""

import asyncio
import sys
import time

from alibabacloud_ga20191120 import models
from alibabacloud_ga20191120.client import Client
from alibabacloud_tea_openapi.utils_models import Config

address, concurrency, calls = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
client = Client(
    Config(
        access_key_id="testid",
        access_key_secret="testsecret",
        protocol="http",
        endpoint=address.removeprefix("http://"),
        region_id="cn-hangzhou",
    )
)


def request():
    certificate = models.AssociateAdditionalCertificatesWithListenerRequestCertificates(
        id="6092**-cn-hangzhou", domain="example.com"
    )
    return models.AssociateAdditionalCertificatesWithListenerRequest(
        region_id="cn-hangzhou",
        accelerator_id="ga-bp1odcab8tmno0hdq****",
        listener_id="lsr-bp1bpn0kn908w4nbw****",
        certificates=[certificate],
    )


def one_by_one(count):
    for _ in range(count):
        client.associate_additional_certificates_with_listener(request())


async def at_once(count):
    async def worker():
        for _ in range(count // concurrency):
            await client.associate_additional_certificates_with_listener_async(request())

    await asyncio.gather(*(worker() for _ in range(concurrency)))


def run(count):
    if concurrency == 1:
        one_by_one(count)
    else:
        asyncio.run(at_once(count))


run(concurrency)
start, cpu = time.perf_counter(), time.process_time()
run(calls)
wall, cpu = time.perf_counter() - start, time.process_time() - cpu
print(wall, cpu)
