"""Signal generator: random signals into the channel `signals`. They are real input for the risk manager, so it runs only when asked for."""

from __future__ import annotations

import json
import os
import random
import time

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

INTERVAL = float(os.getenv("GENERATOR_INTERVAL_SEC", "5"))
PRICES = {"BTC_USDT": 60000.0, "ETH_USDT": 3000.0, "SOL_USDT": 150.0}


def main() -> None:
    client = redis.Redis(
        host=os.getenv("REDIS_HOST", "cdb_redis"),
        port=int(os.getenv("REDIS_PORT", "6379")),
        password=os.getenv("REDIS_PASSWORD") or None,
        db=int(os.getenv("REDIS_DB", "0")),
        retry=Retry(NoBackoff(), 0),  # newer clients try for seconds by themselves
    )
    while True:
        symbol = random.choice(list(PRICES))
        found = {
            "symbol": symbol,
            "side": random.choice(["BUY", "SELL"]),
            "confidence": round(random.uniform(0.5, 1), 2),
            "price": PRICES[symbol] * random.uniform(0.97, 1.03),
            "reason": "random",
            "timestamp": int(time.time() * 1000),
        }
        client.publish("signals", json.dumps(found))
        print(f"signal: {found['side']} {symbol}")
        time.sleep(INTERVAL)


if __name__ == "__main__":
    main()
