"""
What can one agent bring about?
===============================

The outcome against the report of one agent.  Under the average every report counts, so that an
agent on the left of the outcome exaggerates; under Uniform Phantom the outcome follows the agent's
report between two options and ignores it outside.
"""

from matplotlib import pyplot

from mechdesign import facility
from mechdesign.facility import plots

street = [0.2, 0.3, 0.9]
_, (left, right) = pyplot.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
plots.option_set(facility.average, street, ax=left)
plots.option_set(facility.uniform_phantom, street, ax=right)

# %%
# Strategic agents push the average to where Uniform Phantom is.

print(facility.best_response_dynamics(facility.average, street).outcome)
print(facility.uniform_phantom(street).choice)
