#!/usr/bin/env python3
"""An external prediction system: a player's last ten games drawn toward his season, with the scatter that points have.

    python3 examples/external_system.py 2025-01-15

Asks Tipoff at TIPOFF_URL (by default http://127.0.0.1:8420) what it wants to know about a slate, and sends its answers
back under its own id. TIPOFF_KEY is a key that may operate, where keys are asked for: docs/external-systems.md.
"""
import json
import os
import sys
import urllib.error
import urllib.request

URL, KEY = os.environ.get("TIPOFF_URL", "http://127.0.0.1:8420"), os.environ.get("TIPOFF_KEY")
SYSTEM = "shrunken_mean"


def call(path, body=None):
    headers = {"Content-Type": "application/json"} | ({"X-API-Key": KEY} if KEY else {})
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=30) as response:
            return json.load(response)
    except urllib.error.HTTPError as problem:
        sys.exit(f"{problem.code}: {json.load(problem)['detail']}")


def answer(question):
    newest, season = question["features"]["points_avg_last_10"], question["features"]["points_avg_season"]
    if newest is None or season is None:
        return None  # Nothing is known of him: no answer is better than one made up.
    mean = max(0.4 * newest + 0.6 * season, 0.5)
    deviation = (8.5 + 2.35 * mean) ** 0.5
    return {"player_id": question["player_id"], "game_id": question["game_id"], "mean": mean, "deviation": deviation}


asked = call(f"/api/v1/slates/{sys.argv[1] if len(sys.argv) > 1 else 'TODAY'}/questions")
answers = [said for said in map(answer, asked["questions"]) if said]
done = call("/complete", {"batch_id": asked["batch_id"], "system": SYSTEM, "answers": answers})
print(f"{SYSTEM}: {done['accepted']} accepted, {done['same']} same, {done['refused']} refused")
