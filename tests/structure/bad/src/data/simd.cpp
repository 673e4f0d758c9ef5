#include "formats/idx.h"
#include <hwy/highway.h>
