#include "layers/lstm.h"

#include <gtest/gtest.h>

#include "support/check_layer.h"
#include "support/expect_error.h"
#include "support/golden.h"

namespace hourglass {
namespace {

TEST(Lstm, IsCorrectForWholeSequencesAndLastStates) {
  EXPECT_TRUE(check_layer(Lstm({4, 3}, 5, true), 12, 3, 1));
  EXPECT_TRUE(check_layer(Lstm({4, 3}, 5, false), 12, 3, 2));
  EXPECT_TRUE(check_layer(Lstm({1, 2}, 1, true), 2, 1, 3));
  EXPECT_TRUE(check_layer(Lstm({2, 3, 1}, 17, true), 6, 2, 4));
}

TEST(Lstm, AgreesWithPyTorch) {
  const Golden golden("lstm");
  const Shape& x = golden["x"].shape;
  const int64_t rows = x[0], hidden = golden["weight_h"].shape[0];
  for (const bool whole : {true, false}) {
    const std::string name = whole ? "sequence." : "last.";
    SCOPED_TRACE(name);
    const Lstm layer({x[1], x[2]}, hidden, whole);
    const float* params[] = {golden["weight_x"].values.data(), golden["weight_h"].values.data(),
                             golden["bias"].values.data()};
    Tensor y(golden[name + "y"].shape), saved({rows, layer.saved_size()}), scratch({layer.scratch_size(rows)});
    Tensor dx(x), dweight_x(golden["weight_x"].shape), dweight_h(golden["weight_h"].shape), dbias(golden["bias"].shape);
    layer.forward({rows}, params, golden["x"].values.data(), y.data(), {saved.data(), scratch.data()});
    EXPECT_TRUE(close_to(y.values(), golden[name + "y"], 1e-6));
    Tensor dy = golden.tensor(name + "dy");
    float* diff_params[] = {dweight_x.data(), dweight_h.data(), dbias.data()};
    layer.backward({rows}, params, golden["x"].values.data(), y.data(), {saved.data(), scratch.data()}, dy.data(),
                   dx.data(), diff_params);
    EXPECT_TRUE(close_to(dx.values(), golden[name + "dx"], 2e-6));
    EXPECT_TRUE(close_to(dweight_x.values(), golden[name + "dweight_x"], 2e-6));
    EXPECT_TRUE(close_to(dweight_h.values(), golden[name + "dweight_h"], 2e-6));
    EXPECT_TRUE(close_to(dbias.values(), golden[name + "dbias"], 2e-6));
  }
}

TEST(Lstm, RejectsInputsThatAreNotSequences) {
  expect_error(ErrorKind::kUsage, {"lstm", "sequence", "repeat"}, [] { Lstm({12}, 5, true); });
}

TEST(Repeat, IsCorrect) { EXPECT_TRUE(check_layer(Repeat({3}, 4), 3, 2, 1)); }

}  // namespace
}  // namespace hourglass
