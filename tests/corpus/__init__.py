"""Every set of ../shared/corpus through the whole pipeline."""
