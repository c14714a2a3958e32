"""The ruler: KPIs, statistics and reports, from the journal alone."""
