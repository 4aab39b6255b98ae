"""Many reports unattended: plan, run, resume; local, Ray and Spark adapters."""
