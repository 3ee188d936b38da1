"""How fast this library is, as ratios measured side by side in one run: `python -m benchmarks [TOPIC]...`

A topic is a module of `benchmarks.topics` with a function `rows`; a new one needs no registration.
"""
