"""The settings that all tests share, put into the environment before anything reads them."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only-" + "k" * 50)
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
os.environ.setdefault("DATABASE_URL", "postgres://nobody@/none?host=/nonexistent")
