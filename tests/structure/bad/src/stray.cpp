#include "hourglass/error.h"
