#include <hwy/highway.h>

#include "layers/linear.h"
