"""What pabutools does, run by the Python of its own environment: prints seconds as JSON.

``python peers_bargaining.py FILE.pb``; `bench_bargaining.py` calls it between its own rounds.
"""

import json
import sys
import time

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

start = time.perf_counter()
instance, profile = parse_pabulib(sys.argv[1])
parsed = time.perf_counter()
shares = method_of_equal_shares(instance, profile, Cost_Sat)
bought = time.perf_counter()
greedy = greedy_utilitarian_welfare(instance, profile, Cost_Sat)
done = time.perf_counter()
print(
    json.dumps(
        {
            "parse": parsed - start,
            "equal shares": bought - parsed,
            "greedy": done - bought,
            "funded": sorted(project.name for project in shares),
        }
    )
)
