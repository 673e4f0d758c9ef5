#include "hourglass/error.h"

#include "data/mnist.h"
#include "hourglass/trainer.h"
