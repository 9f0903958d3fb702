"""How sure a ranking is: bootstrap, jackknife, rank sets, tests."""

from mechdesign.aggregation.uncertainty.arenas import *
from mechdesign.aggregation.uncertainty.covariates import *
from mechdesign.aggregation.uncertainty.instance_bootstrap import *
from mechdesign.aggregation.uncertainty.rank_sets import *
from mechdesign.aggregation.uncertainty.resampling import *
from mechdesign.aggregation.uncertainty.significance import *
from mechdesign.faces import face

face(__name__)
