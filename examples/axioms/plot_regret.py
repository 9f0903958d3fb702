"""
Where lying pays
================

For every pair of locations, what an agent can gain at most by a misreport: under the average, the
mean of the two middle reports (``numpy.median``), and the uniform phantom.
"""

import matplotlib.pyplot as plt
import numpy as np

from mechdesign import axioms, facility

STEPS = 8
line = facility.line(0, 1)
rules = {
    "average": facility.average(),
    "numpy.median": np.median,
    "uniform phantom": facility.uniform_phantom(),
}

points = line.domain(2, grid=STEPS).reports[0]
figure, panels = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True, layout="constrained")
for panel, (name, rule) in zip(panels, rules.items(), strict=True):
    regret = [
        [
            float(
                axioms.worst(
                    "strategyproofness", rule, setting=line, problem=[x, y], grid=STEPS
                ).value
            )
            for x in points
        ]
        for y in points
    ]
    image = panel.imshow(
        regret, origin="lower", extent=(0, 1, 0, 1), vmin=0, vmax=0.5, cmap="viridis"
    )
    panel.set(title=name, xlabel="agent 0")
panels[0].set_ylabel("agent 1")
figure.colorbar(image, ax=panels, label=f"worst regret on grid 1/{STEPS}")
plt.show()
