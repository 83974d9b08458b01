"""Several municipalities on one machine: one process each, behind one router that goes by host name."""
