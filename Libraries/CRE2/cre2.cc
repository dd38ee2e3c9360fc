#include "cre2.h"
int cre2_placeholder(void) { return 0; }
