#pragma once
// Tests that run once per instruction set that the kernels were built for and this machine supports.

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include <string>

namespace hourglass {

/// Restricts the kernels to the instruction set of the test parameter while a test runs.
class EachInstructionSet : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    ASSERT_EQ(hwy::SupportedTargets(), GetParam());
  }
  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

inline std::string instruction_set_name(const testing::TestParamInfo<int64_t>& info) {
  return hwy::TargetName(info.param);
}

}  // namespace hourglass

#define RUN_ON_EACH_INSTRUCTION_SET(SUITE) \
  INSTANTIATE_TEST_SUITE_P(On, SUITE, testing::ValuesIn(hwy::SupportedAndGeneratedTargets()), instruction_set_name)
