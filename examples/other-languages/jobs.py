"""Calls a server of PhilJS Jobs. Needs Python 3.9 and nothing else."""
import http.client, json, os, time, urllib.error, urllib.request

URL = os.environ["PHILJS_JOBS_URL"].rstrip("/") + "/v1/queues/words/"
HEADERS = {"Authorization": "Bearer " + os.environ["PHILJS_JOBS_TOKEN"], "Content-Type": "application/json"}


class Refused(Exception):
    """The server refuses the call: to repeat it would not help."""


def call(path, body=None, **headers):
    """Makes a call, and repeats it until the server answers: all calls of these programs may be repeated."""
    data = None if body is None else json.dumps(body).encode()
    pause = 0.25
    while True:
        try:
            request = urllib.request.Request(URL + path, data, {**HEADERS, **headers})
            with urllib.request.urlopen(request, timeout=70) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 502, 503, 504):
                raise Refused(error.read().decode()) from None
            pause = float(error.headers.get("Retry-After") or pause)
        except (OSError, ValueError, http.client.HTTPException):  # it is away, or its answer was cut off
            pause = min(2 * pause, 5)
        time.sleep(pause)
