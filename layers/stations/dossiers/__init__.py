"""Case files of exceedances: evidence that holds, from the raw file to the limit."""
