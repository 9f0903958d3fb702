"""
Where lying pays
================

Three agents, one of them in the middle: for every pair of locations of the other two, what an agent
can gain at most by a misreport, under the average, the midpoint of the extremes, and the uniform
phantom.
"""

from fractions import Fraction

import matplotlib.pyplot as plt

from mechdesign import axioms, facility

STEPS = 8
MIDDLE = Fraction(1, 2)
line = facility.line(0, 1)
rules = {
    "average": facility.average,
    "midpoint": facility.midpoint,
    "uniform phantom": facility.uniform_phantom,
}

points = line.domain(1, grid=STEPS).reports[0]
figure, panels = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True, layout="constrained")
for panel, (name, rule) in zip(panels, rules.items(), strict=True):
    regret = [
        [
            float(axioms.worst("strategyproofness", rule, problem=[x, y, MIDDLE], grid=STEPS).value)
            for x in points
        ]
        for y in points
    ]
    image = panel.imshow(
        regret, origin="lower", extent=(0, 1, 0, 1), vmin=0, vmax=0.4, cmap="viridis"
    )
    panel.set(title=name, xlabel="agent 0")
panels[0].set_ylabel("agent 1")
figure.colorbar(image, ax=panels, label=f"worst regret on grid 1/{STEPS}")
plt.show()
