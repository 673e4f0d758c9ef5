#include "core/exchange.h"

#include <algorithm>

namespace hourglass {

Exchange::Exchange(int workers, int64_t capacity)
    : workers_(workers),
      capacity_(static_cast<size_t>(capacity)),
      barrier_(workers),
      slots_(2 * static_cast<size_t>(workers) * capacity_),
      rounds_(static_cast<size_t>(workers)) {}

std::span<double> Exchange::slot(int round, int worker) {
  return {slots_.data() + static_cast<size_t>(round * workers_ + worker) * capacity_, capacity_};
}

void Exchange::sum(int worker, std::span<double> values) {
  int& next = rounds_[static_cast<size_t>(worker)].next;
  const int round = next;
  next = 1 - next;
  std::ranges::copy(values, slot(round, worker).begin());
  barrier_.wait();
  std::ranges::fill(values, 0.0);
  for (int other = 0; other < workers_; ++other) {
    const std::span<double> summand = slot(round, other);
    for (size_t i = 0; i < values.size(); ++i) values[i] += summand[i];
  }
}

}  // namespace hourglass
