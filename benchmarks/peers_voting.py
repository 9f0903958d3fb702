"""What the peers of `bench_voting.py` do, each run by the Python of its own environment.

``python peers_voting.py PEER VOTERS CANDIDATES SEATS`` prints seconds as JSON.
"""

import json
import random
import sys
import time


def ranked(voters: int, m: int) -> dict[tuple[int, ...], int]:
    """Truncated rankings, a few of which are popular, with how many cast each."""
    draw = random.Random(0)
    weight = [1 / (k + 1) for k in range(m)]
    counts: dict[tuple[int, ...], int] = {}
    for _ in range(voters):
        keys = [draw.expovariate(w) for w in weight]
        order = tuple(sorted(range(m), key=keys.__getitem__)[: draw.randint(1, min(m, 6))])
        counts[order] = counts.get(order, 0) + 1
    return counts


def approved(voters: int, m: int) -> list[list[int]]:
    """Ballots that approve of each candidate with the chance 1/5, of one at least."""
    draw = random.Random(0)
    return [
        [c for c in range(m) if draw.random() < 0.2] or [draw.randrange(m)] for _ in range(voters)
    ]


def pyrankvote(voters: int, m: int, seats: int) -> float:
    import pyrankvote as peer

    names = [peer.Candidate(str(c)) for c in range(m)]
    ballots = [
        peer.Ballot(ranked_candidates=[names[c] for c in order])
        for order, count in ranked(voters, m).items()
        for _ in range(count)
    ]
    start = time.perf_counter()
    peer.single_transferable_vote(names, ballots, number_of_seats=seats)
    return time.perf_counter() - start


def votelib(voters: int, m: int, seats: int) -> float:
    from votelib.evaluate.sequential import TransferableVoteSelector

    votes = ranked(voters, m)
    start = time.perf_counter()
    TransferableVoteSelector().evaluate(votes, seats)
    return time.perf_counter() - start


def abcvoting(rule: str, algorithm: str):
    def run(voters: int, m: int, seats: int) -> float:
        from abcvoting import abcrules
        from abcvoting.preferences import Profile

        profile = Profile(m)
        profile.add_voters(approved(voters, m))
        start = time.perf_counter()
        abcrules.compute(rule, profile, seats, algorithm=algorithm, resolute=True)
        return time.perf_counter() - start

    return run


PEERS = {
    "pyrankvote": pyrankvote,
    "votelib": votelib,
    "abcvoting_pav": abcvoting("pav", "branch-and-bound"),
    "abcvoting_phragmen": abcvoting("seqphragmen", "standard-fractions"),
    "abcvoting_shares": abcvoting("equal-shares", "standard-fractions"),
}

if __name__ == "__main__":
    print(json.dumps(PEERS[sys.argv[1]](*map(int, sys.argv[2:5]))))
