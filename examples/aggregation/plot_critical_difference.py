"""
Which differences are significant?
==================================

Average ranks over the nine GLUE tasks of the BERT paper, with the critical difference of Nemenyi's
test.
"""

from mechdesign import datasets
from mechdesign.plots import aggregation as plots

plots.critical_difference(datasets.bert_glue())
