// The moment of a restore in which what was restored takes the place of what was there. It is noted in a journal file
// before the first rename, and both are on one file system, so that a power cut at any moment leaves the old state (no
// journal yet) or one that the next start, or the next restore, finishes: never a mixture that is opened. What was there
// goes to `<data>/replaced-<time>/` and stays. Under the data directory's lock; main thread.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace connlog {

// Told the name of each step when it is done; tests end the process there. Empty: nobody is told.
using RestoreSteps = std::function<void(std::string_view step)>;

inline constexpr const char* kRestoreNew = "restore.new";          // where a restore is built
inline constexpr const char* kRestoreJournal = "restore.journal";  // in the data directory while it is swapped in

// Lets `<data>/restore.new`, which is complete and durable, take its place. Returns where the former files are; empty:
// there were none.
Result<std::filesystem::path> swap_in(const std::filesystem::path& data_directory, Instant now,
                                      const RestoreSteps& steps = {});

// Finishes a swap that was interrupted, and removes what a restore left that never came so far. True: it finished one.
Result<bool> finish_interrupted_restore(const std::filesystem::path& data_directory, const RestoreSteps& steps = {});

}  // namespace connlog
