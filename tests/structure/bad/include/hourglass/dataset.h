#pragma once

#include "hourglass/config.h"
#include "hourglass/autoencoder.h"
