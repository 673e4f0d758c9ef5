#include <hourglass/hourglass.h>

#include "model/network.h"
