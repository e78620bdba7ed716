"""The links behind allegations: asking for a page safely, judging the answer, following a link's state over years."""
