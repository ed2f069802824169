// Files, pipes and terminals as streams of bytes (core/base/byte_stream.h). Reads and writes wait for the other side;
// errors name the file and say why in words. One thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/byte_stream.h"
#include "core/base/write_back.h"

namespace connlog {

class FileSource final : public ByteSource {
 public:
  // A regular file that the caller names: links are followed.
  static Result<std::unique_ptr<FileSource>> open(const std::filesystem::path& path);
  // Takes the descriptor; `name` stands in errors.
  FileSource(int descriptor, std::string name, std::int64_t bytes = -1)
      : descriptor_(descriptor), name_(std::move(name)), bytes_(bytes) {}
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> into) override;
  // The file's length when it was opened; -1: not known (a pipe).
  std::int64_t bytes() const { return bytes_; }
  // Whether the file could not be read, as opposed to what was in it.
  bool has_failed() const { return has_failed_; }

 private:
  int descriptor_;
  std::string name_;
  std::int64_t bytes_;
  bool has_failed_ = false;
};

class FileSink final : public ByteSink {
 public:
  // Makes the file, with mode 0600; refused where there is one already.
  static Result<std::unique_ptr<FileSink>> make(const std::filesystem::path& path);
  FileSink(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~FileSink() override;
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  Result<void> write(std::span<const std::uint8_t> bytes) override;
  Result<void> sync();

 private:
  int descriptor_;
  std::string name_;
  std::int64_t bytes_ = 0;
  WriteBack write_back_;
};

}  // namespace connlog
