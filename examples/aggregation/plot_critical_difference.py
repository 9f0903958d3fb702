"""
Which differences are significant?
==================================

Average ranks over the nine GLUE tasks of the BERT paper, with the critical difference of Nemenyi's
test.
"""

from mechdesign.aggregation import datasets, plots

plots.critical_difference(datasets.bert_glue())
