#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/run_folder.h"
#include "model/network.h"
#include "train/checkpoint.h"

namespace hourglass {

/// Expects equal checkpoints of two runs, except times. Interruptions of a run must not change them.
inline void expect_same_bits(const RunFolder& a, const RunFolder& b) {
  const Checkpoint first = load_checkpoint(a.checkpoint()), second = load_checkpoint(b.checkpoint());
  const Network &x = first.model.network(), &y = second.model.network();
  ASSERT_EQ(x.flat_size(), y.flat_size());
  EXPECT_TRUE(std::equal(x.flat(), x.flat() + x.flat_size(), y.flat()));
  EXPECT_EQ(first.moments, second.moments);
  EXPECT_EQ(first.best_weights, second.best_weights);
  EXPECT_EQ(first.state.step, second.state.step);
  EXPECT_EQ(first.state.epoch_rows, second.state.epoch_rows);
  EXPECT_EQ(first.state.epoch_sums.terms, second.state.epoch_sums.terms);
  ASSERT_EQ(first.state.history.size(), second.state.history.size());
  for (size_t i = 0; i < first.state.history.size(); ++i) {
    EXPECT_EQ(first.state.history[i].epoch, second.state.history[i].epoch);
    EXPECT_EQ(first.state.history[i].train.terms, second.state.history[i].train.terms);
    EXPECT_EQ(first.state.history[i].test.terms, second.state.history[i].test.terms);
  }
}

}  // namespace hourglass
