"""Files of every kind the gate judges, read into nodes that know where they stand.

A reader takes text and yields, in the order of the file, what it found (`Found`) and what it could not read
(`UnreadableDocument`): one broken document does not take the others with it.
"""
