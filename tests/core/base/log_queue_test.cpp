// The log to those who read slowly, not at all, or have gone: nobody waits, and what is lost is counted and said.
#include "core/base/log_queue.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "core/base/repeated_lines.h"

using namespace connlog;

namespace {

// A pipe that nobody reads until the test does.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  ~Pipe() {
    close_reader();
    ::close(ends[1]);
  }
  void close_reader() {
    if (ends[0] >= 0) ::close(ends[0]);
    ends[0] = -1;
  }
  void fill() {
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
    const std::string some(4'096, 'x');
    while (::write(ends[1], some.data(), some.size()) > 0) continue;
    CHECK(errno == EAGAIN);
    ::fcntl(ends[1], F_SETFL, 0);
  }
  // Reads until `last` was seen.
  std::string read_until(const std::string& last) {
    std::string text;
    char buffer[4'096];
    while (text.find(last) == std::string::npos) {
      const ssize_t count = ::read(ends[0], buffer, sizeof buffer);
      if (count <= 0) break;
      text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
  }
  int ends[2] = {-1, -1};
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("lines go out whole and in order, and the end waits for them") {
  Pipe pipe;
  LogQueue queue(pipe.ends[1]);
  queue.push("one\n");
  queue.push("two\n");
  CHECK(queue.finish(seconds(20)));
  CHECK(pipe.read_until("two\n") == "one\ntwo\n");
  queue.push("late\n");  // is dropped, and does not hang
}

TEST_CASE("nobody waits for a reader who does not read; what found no room is counted and said") {
  Pipe pipe;
  pipe.fill();
  LogQueue queue(pipe.ends[1]);
  const std::size_t pushed = LogQueue::kLinesMax + 100;
  for (std::size_t i = 0; i < pushed; ++i) queue.push("line " + std::to_string(i) + "\n");
  const std::string text = pipe.read_until(" log.dropped lines=");
  CHECK(contains(text, "line 0\n"));
  CHECK_FALSE(contains(text, "line " + std::to_string(pushed - 1) + "\n"));
  CHECK(queue.finish(seconds(20)));
}

TEST_CASE("a full pipe does not keep the end from coming") {
  Pipe pipe;
  pipe.fill();
  LogQueue queue(pipe.ends[1]);
  queue.push("one\n");
  CHECK_FALSE(queue.finish(milliseconds(1)));
}

TEST_CASE("a closed pipe ends nothing, and a full disk loses only what could not be written") {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reader();
  LogQueue closed(pipe.ends[1]);
  closed.push("one\n");
  CHECK_FALSE(closed.finish(seconds(20)));

  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  LogQueue on_full_disk(full);
  on_full_disk.push("one\n");
  CHECK_FALSE(on_full_disk.finish(seconds(20)));
  ::close(full);
}

TEST_CASE("of the same warning one line a minute is written, and the next says how many there were") {
  RepeatedLines lines;
  const Monotonic start{1'000'000};
  CHECK(lines.admit("disk", "full at 0\n", start) == "full at 0\n");
  CHECK(lines.admit("other", "other\n", start) == "other\n");
  for (int i = 1; i <= 7; ++i) CHECK(lines.admit("disk", "full again\n", start + seconds(i)).empty());
  CHECK(lines.due(start + seconds(59)).empty());
  CHECK(lines.admit("disk", "full at 60\n", start + seconds(60)) == "full at 60 repeated=7\n");
  CHECK(lines.admit("disk", "full at 61\n", start + seconds(61)).empty());
  const auto due = lines.due(start + seconds(120));
  REQUIRE(due.size() == 1);
  CHECK(due[0] == "full at 61 repeated=1\n");
  CHECK(lines.due(start + seconds(300)).empty());
  CHECK(lines.admit("disk", "full at 301\n", start + seconds(301)) == "full at 301\n");
  CHECK(lines.admit("disk", "full at 302\n", start + seconds(302)).empty());
  CHECK(lines.rest() == std::vector<std::string>{"full at 302 repeated=1\n"});
}

TEST_CASE("the table of repeated lines is bounded, and beyond it every line is written") {
  RepeatedLines lines;
  const Monotonic now{1'000'000};
  for (std::size_t i = 0; i < RepeatedLines::kKindsMax; ++i)
    CHECK(!lines.admit("kind " + std::to_string(i), "a\n", now).empty());
  CHECK(lines.admit("one more", "b\n", now) == "b\n");
  CHECK(lines.admit("one more", "b\n", now) == "b\n");
}
