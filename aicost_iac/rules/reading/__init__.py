"""What rules read in common: bodies, embedded documents, pods, pools, queries, layouts, prices."""
