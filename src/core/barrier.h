#pragma once
// Synchronizes the workers of a team, twice per training step.

#include <atomic>
#include <chrono>

#include "core/cpu_quota.h"

namespace hourglass {

/// Reusable barrier. A waiting worker spins for some tens of microseconds (a typical wait) and then sleeps, so that it
/// does not take a core from others on a busy machine. OpenMP's own barrier spins for milliseconds; meanwhile the
/// worker it waits for sometimes gets no core. With more workers than cores, a waiting worker sleeps at once.
class Barrier {
 public:
  explicit Barrier(int workers) : workers_(workers), spins_(workers <= num_cores()) {}

  /// Blocks until all workers have called it the same number of times. Writes made before the call are visible to all
  /// workers after it.
  void wait() {
    const int phase = phase_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == workers_) {
      arrived_.store(0, std::memory_order_relaxed);
      // In one order with the count of waiting threads that notify_all reads, or a thread could sleep on.
      phase_.store(phase + 1, std::memory_order_seq_cst);
      phase_.notify_all();
      return;
    }
    if (spins_) {
      const auto end = std::chrono::steady_clock::now() + kLongestSpin;
      do {
        for (int i = 0; i < kSpinsPerClock; ++i) {
          if (phase_.load(std::memory_order_acquire) != phase) return;
          relax();
        }
      } while (std::chrono::steady_clock::now() < end);
    }
    phase_.wait(phase, std::memory_order_acquire);
  }

 private:
  // A pause takes 10 to 140 cycles, depending on the processor.
  static constexpr std::chrono::microseconds kLongestSpin{50};
  static constexpr int kSpinsPerClock = 16;

  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
  }

  const int workers_;
  const bool spins_;
  alignas(64) std::atomic<int> arrived_{0};
  alignas(64) std::atomic<int> phase_{0};
};

}  // namespace hourglass
