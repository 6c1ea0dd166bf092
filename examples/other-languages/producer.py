"""Enqueues a job that counts the words of a text, and waits for its result: python3 producer.py KEY TEXT"""
import sys
from jobs import call

key, text = sys.argv[1:]
job = call("jobs", {"name": "count-words", "payload": {"text": text}}, **{"Idempotency-Key": key})
while job["status"] not in ("completed", "failed", "cancelled"):
    job = call(f"jobs/{job['id']}/wait?timeout=25000")
if job["status"] != "completed":
    sys.exit(f"{job['status']}: {job['error']['message']}")
print(job["id"], job["result"]["words"])
