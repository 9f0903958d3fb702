"""Comparing rules on one table: duels, flips, groups, robustness, instances."""

from mechdesign.aggregation.analysis.comparison import *
from mechdesign.aggregation.analysis.counted_elections import *
from mechdesign.aggregation.analysis.curves import *
from mechdesign.aggregation.analysis.diagnostics import *
from mechdesign.aggregation.analysis.few_ballots import *
from mechdesign.aggregation.analysis.flips import *
from mechdesign.aggregation.analysis.groups import *
from mechdesign.aggregation.analysis.instances import *
from mechdesign.aggregation.analysis.margins import *
from mechdesign.aggregation.analysis.robustness import *
from mechdesign.faces import face

face(__name__)
