#include "train/history.h"

#include <cmath>
#include <limits>

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
    record.learning_rate = 1 / 3000.0;
    record.seconds = 1 / 7.0;
    record.samples_per_second = 123456.789;
  }
  return history;
}

const std::vector<LossTerm> kAllTerms = {
    LossTerm::kReconstruction, LossTerm::kCategories, LossTerm::kWeightL1, LossTerm::kWeightL2,
    LossTerm::kLatentL1,       LossTerm::kLatentKl,   LossTerm::kKl};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST(History, RoundTripsToTheSameBits) {
  const History written = two_epochs();
  const History read = history_from_csv(history_to_csv(written, kAllTerms), "history.csv");
  ASSERT_EQ(read.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].epoch, written[i].epoch);
    EXPECT_EQ(read[i].train.terms, written[i].train.terms);
    EXPECT_EQ(read[i].validation.terms, written[i].validation.terms);
    EXPECT_EQ(read[i].test.terms, written[i].test.terms);
    EXPECT_EQ(read[i].learning_rate, written[i].learning_rate);
    EXPECT_EQ(read[i].seconds, written[i].seconds);
    EXPECT_EQ(read[i].samples_per_second, written[i].samples_per_second);
  }
  EXPECT_TRUE(history_from_csv(history_to_csv({}, {}), "history.csv").empty());
}

TEST(History, ContainsEachObjectiveTermOnce) {
  History history = two_epochs();
  for (EpochRecord& record : history) record.validation.terms.fill(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(first_line(history_to_csv(history, {LossTerm::kReconstruction})),
            "epoch,train_loss,test_loss,learning_rate,seconds,samples_per_second");
  EXPECT_EQ(
      first_line(history_to_csv(history, {LossTerm::kReconstruction, LossTerm::kKl})),
      "epoch,train_loss,train_reconstruction,train_kl,test_loss,test_reconstruction,test_kl,learning_rate,seconds,"
      "samples_per_second");
}

TEST(History, SingleTermIsReadAsTheReconstruction) {
  History history(1);
  history[0].epoch = 1;
  history[0].train[LossTerm::kReconstruction] = 0.1;
  const History read = history_from_csv(history_to_csv(history, {LossTerm::kReconstruction}), "history.csv");
  EXPECT_EQ(read[0].train.terms, history[0].train.terms);
}

TEST(History, MissingValuesAreEmpty) {
  History history = two_epochs();
  history[1].test.terms.fill(std::numeric_limits<double>::quiet_NaN());
  history[1].learning_rate = std::numeric_limits<double>::quiet_NaN();
  const std::string csv = history_to_csv(history, kAllTerms);
  EXPECT_THAT(csv, testing::HasSubstr(",,,,,,,,"));
  const History read = history_from_csv(csv, "history.csv");
  EXPECT_TRUE(std::isnan(read[1].test.total()));
  EXPECT_TRUE(std::isnan(read[1].learning_rate));
  EXPECT_EQ(read[1].train.terms, history[1].train.terms);
  EXPECT_EQ(read[1].seconds, history[1].seconds);
}

TEST(History, Version01IsRead) {
  const History read = history_from_csv(
      "epoch,train_reconstruction,train_kl,train_total,validation_reconstruction,validation_kl,validation_total,"
      "seconds,images_per_second,train_reconstruction_px,train_total_img\n"
      "1,0.5,0.25,0.75,,,,2,100,0.5,588\n",
      "history.csv");
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(read[0].train[LossTerm::kReconstruction], 0.5);
  EXPECT_EQ(read[0].train[LossTerm::kKl], 0.25);
  EXPECT_TRUE(std::isnan(read[0].validation.total()));
  EXPECT_EQ(read[0].seconds, 2);
  EXPECT_EQ(read[0].samples_per_second, 100);
}

TEST(Loss, TermsAreThoseWithAWeight) {
  Config config;
  EXPECT_EQ(objective_terms(Autoencoder(config, {4})), std::vector{LossTerm::kReconstruction});
  EXPECT_EQ(loss_scale(config.objective), "mean per value");
  config.objective.weight_l2 = 1e-5;
  config.objective.reduction = "sum";
  config.model.latent = "gaussian 2";
  EXPECT_EQ(objective_terms(Autoencoder(config, {4})),
            (std::vector{LossTerm::kReconstruction, LossTerm::kWeightL2, LossTerm::kKl}));
  EXPECT_EQ(loss_scale(config.objective), "sum per sample");
  config.model.latent = "plain";
  config.data.preprocess = {"one_hot 1=3"};
  const Preprocessing with_category = Preprocessing::restore(
      config.data.preprocess, {4}, [](const std::string&, const Shape&) -> std::span<const float> {
        static const std::array<float, 2> kRange = {0, 1};
        return kRange;
      });
  EXPECT_EQ(objective_terms(Autoencoder(config, with_category)),
            (std::vector{LossTerm::kReconstruction, LossTerm::kCategories, LossTerm::kWeightL2}));
}

TEST(History, MalformedTextIsRejected) {
  History one = two_epochs();
  one.resize(1);
  const std::string csv = history_to_csv(one, {LossTerm::kReconstruction}), header = first_line(csv) + "\n";
  const auto reject = [](const std::string& text, const std::vector<std::string>& parts) {
    expect_error(ErrorKind::kData, parts, [&] { history_from_csv(text, "run/history.csv"); });
  };
  reject("", {"run/history.csv", "first line"});
  reject("epoch,loss\n1,2\n", {"run/history.csv", "'epoch,loss'"});
  EXPECT_EQ(history_from_csv(header + "1,2,3,4,5,6,7\n", "history.csv").size(), 1u);
  reject(header + "1,2,3\n", {"run/history.csv", "line 2", "3 columns", "expected 7"});
  reject(header + "1,2,3,4,5,6,7,8\n", {"line 2", "8 columns"});
  reject(header + "1,2,3,x4,5,6,7\n", {"run/history.csv", "'x4'"});
  reject(header + "\n", {"line 2"});
  for (const char* epoch : {"", "1.5", "nan", "1e300", "-1"})
    reject(header + epoch + ",2,3,4,5,6,7\n", {"run/history.csv", "line 2", "epoch"});
}

}  // namespace
}  // namespace hourglass
