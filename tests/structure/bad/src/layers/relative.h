#pragma once

#include "kernels/gemm.h"
#include "../kernels/gemm.h"
