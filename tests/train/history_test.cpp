#include "train/history.h"

#include <cmath>
#include <limits>
#include <sstream>

#include "support/expect_error.h"

namespace hourglass {
namespace {

History two_epochs() {
  History history(2);
  double value = 0.1;
  for (EpochRecord& record : history) {
    record.epoch = &record - history.data() + 1;
    for (Loss* loss : {&record.train, &record.validation, &record.test})
      for (double& term : loss->terms) term = value /= 3;
    record.seconds = 1 / 7.0;
    record.images_per_second = 123456.789;
  }
  return history;
}

TEST(History, ComesBackToTheSameBits) {
  const History written = two_epochs();
  const History read = history_from_csv(history_to_csv(written, {1, 784}), "history.csv");
  ASSERT_EQ(read.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].epoch, written[i].epoch);
    EXPECT_EQ(read[i].train.terms, written[i].train.terms);
    EXPECT_EQ(read[i].validation.terms, written[i].validation.terms);
    EXPECT_EQ(read[i].test.terms, written[i].test.terms);
    EXPECT_EQ(read[i].seconds, written[i].seconds);
    EXPECT_EQ(read[i].images_per_second, written[i].images_per_second);
  }
  EXPECT_TRUE(history_from_csv(history_to_csv({}, {}), "history.csv").empty());
}

TEST(History, ValuesNotMeasuredAreLeftEmpty) {
  History history = two_epochs();
  history[1].test.terms.fill(std::numeric_limits<double>::quiet_NaN());
  const std::string csv = history_to_csv(history, {});
  EXPECT_THAT(csv, testing::HasSubstr(",,,,,,"));
  const History read = history_from_csv(csv, "history.csv");
  EXPECT_TRUE(std::isnan(read[1].test.total()));
  EXPECT_EQ(read[1].train.terms, history[1].train.terms);
  EXPECT_EQ(read[1].seconds, history[1].seconds);
}

TEST(History, NamesItsColumns) {
  EXPECT_THAT(history_to_csv({}, {}),
              testing::StartsWith("epoch,train_reconstruction,train_weight_l1,train_weight_l2,train_latent_l1,"
                                  "train_latent_kl,train_kl,train_total,validation_reconstruction,"));
}

TEST(History, GivesEveryTermPerPixelAndPerImage) {
  History history(1);
  history[0].epoch = 1;
  history[0].train[LossTerm::kReconstruction] = 0.5;
  history[0].test[LossTerm::kKl] = 0.25;
  const std::string csv = history_to_csv(history, {1, 8});
  const auto column = [&](const std::string& name) {
    std::istringstream names(csv.substr(0, csv.find('\n'))), cells(csv.substr(csv.find('\n') + 1));
    std::string each, cell;
    while (std::getline(names, each, ',') && std::getline(cells, cell, ','))
      if (each == name) return cell;
    return std::string("no such column");
  };
  EXPECT_EQ(column("train_reconstruction_px"), "0.5");
  EXPECT_EQ(column("train_reconstruction_img"), "4");
  EXPECT_EQ(column("train_total_img"), "4");
  EXPECT_EQ(column("test_kl_px"), "0.25");
  EXPECT_EQ(column("test_kl_img"), "2");
  EXPECT_EQ(column("validation_kl_img"), "0");
}

TEST(Loss, ScalesGoByTheReduction) {
  ObjectiveConfig config;
  EXPECT_EQ(loss_scales(config, 784).per_pixel, 1);
  EXPECT_EQ(loss_scales(config, 784).per_image, 784);
  config.reduction = "sum";
  EXPECT_EQ(loss_scales(config, 784).per_pixel, 1.0 / 784);
  EXPECT_EQ(loss_scales(config, 784).per_image, 1);
}

TEST(History, MalformedTextIsRefused) {
  const std::string header = history_to_csv({}, {});
  const auto refuse = [](const std::string& csv, const std::vector<std::string>& parts) {
    expect_error(ErrorKind::kData, parts, [&] { history_from_csv(csv, "run/history.csv"); });
  };
  refuse("", {"run/history.csv", "first line"});
  refuse("epoch,loss\n1,2\n", {"run/history.csv", "'epoch,loss'"});
  std::string cells;
  for (int column = 2; column <= 66; ++column) cells += "," + std::to_string(column);
  EXPECT_EQ(history_from_csv(header + "1" + cells + "\n", "history.csv").size(), 1u);
  refuse(header + "1,2,3\n", {"run/history.csv", "line 2", "3 columns", "expected 66"});
  refuse(header + "1" + cells + ",67\n", {"line 2", "67 columns"});
  refuse(header + "1,2,3,x4,5\n", {"run/history.csv", "'x4'"});
  refuse(header + "\n", {"line 2"});
  for (const char* epoch : {"", "1.5", "nan", "1e300", "-1"})
    refuse(header + epoch + cells + "\n", {"run/history.csv", "line 2", "epoch"});
}

}  // namespace
}  // namespace hourglass
