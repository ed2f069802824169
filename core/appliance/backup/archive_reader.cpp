// Reads an archive: the source → chunks of secretstream → zstd → entries → the visitor, with every length bounded before
// memory is taken, and the signature at the end.
#include <sodium.h>
#include <zstd.h>

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/archive_format.h"

namespace connlog {
namespace {

using namespace archive_format;

constexpr std::size_t kPieceBytes = 256 * 1024;  // of pages, and of a file that grows

// The file's bytes, counted and digested.
class Input {
 public:
  explicit Input(ByteSource& source) : source_(source) {}

  Result<void> exact(std::span<std::uint8_t> into) {
    while (!into.empty()) {
      const std::size_t got = TRY(source_.read(into));
      if (got == 0) return cut_after(bytes_);
      digest_.add(into.first(got));
      bytes_ += static_cast<std::int64_t>(got);
      into = into.subspan(got);
    }
    return {};
  }

  Result<std::uint32_t> number() {
    std::array<std::uint8_t, 4> bytes{};
    TRY(exact(bytes));
    return number_at(bytes);
  }

  Result<void> end() {
    std::uint8_t byte = 0;
    const std::size_t got = TRY(source_.read({&byte, 1}));
    if (got != 0) return damaged("something follows its end");
    return {};
  }

  Digest digest() const { return digest_.so_far(); }
  ArchiveSummary summary() const { return {bytes_, digest_.so_far()}; }

 private:
  ByteSource& source_;
  RunningDigest digest_;
  std::int64_t bytes_ = 0;
};

// The length of the next chunk; 0: there are no more.
Result<std::size_t> chunk_length(Input& in, std::int64_t chunk) {
  const std::size_t length = TRY(in.number());
  if (length != 0 && (length <= kChunkTagBytes || length > kChunkBytes + kChunkTagBytes))
    return damaged(fmt::format("the length of chunk {}", chunk));
  return length;
}

// The decrypted and decompressed stream of entries.
class Plain {
 public:
  Plain(Input& in, const Digest& header_digest)
      : in_(in), header_digest_(header_digest), zstd_(ZSTD_createDCtx()), sealed_(kChunkBytes + kChunkTagBytes),
        opened_(kChunkBytes) {}
  ~Plain() {
    ZSTD_freeDCtx(zstd_);
    sodium_memzero(&stream_, sizeof stream_);
    sodium_memzero(opened_.data(), opened_.size());
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  Result<void> begin(const Key& content_key) {
    if (zstd_ == nullptr || ZSTD_isError(ZSTD_DCtx_setParameter(zstd_, ZSTD_d_windowLogMax, kWindowLog)))
      return Error{ErrorCode::unavailable, "There is not enough free memory to read a backup."};
    std::array<std::uint8_t, crypto_secretstream_xchacha20poly1305_HEADERBYTES> start{};
    TRY(in_.exact(start));
    if (crypto_secretstream_xchacha20poly1305_init_pull(&stream_, start.data(), content_key.data()) != 0)
      return damaged("the start of its content");
    return {};
  }

  Result<void> exact(std::span<std::uint8_t> into) {
    while (!into.empty()) {
      const std::size_t got = TRY(some(into));
      if (got == 0) return damaged("its content ends in the middle of an entry");
      into = into.subspan(got);
    }
    return {};
  }

  Result<std::uint32_t> number() {
    std::array<std::uint8_t, 4> bytes{};
    TRY(exact(bytes));
    return number_at(bytes);
  }

  // Nothing may follow the last entry: not in the compressed stream, and not in the encrypted one.
  Result<void> end() {
    std::uint8_t byte = 0;
    const std::size_t got = TRY(some({&byte, 1}));
    if (got != 0) return damaged("something follows the manifest");
    if (!final_ || next_.pos != next_.size) return damaged("something follows the compressed stream");
    const std::size_t length = TRY(chunk_length(in_, chunks_ + 1));
    if (length != 0) return damaged("a chunk follows the last one");
    return {};
  }

 private:
  // At least one byte, or 0: the end of the compressed stream.
  Result<std::size_t> some(std::span<std::uint8_t> into) {
    while (!ended_) {
      if (next_.pos == next_.size && !more_inside_) TRY(next_chunk());
      ZSTD_outBuffer out{into.data(), into.size(), 0};
      const std::size_t code = ZSTD_decompressStream(zstd_, &out, &next_);
      if (ZSTD_isError(code)) return damaged("its content cannot be decompressed");
      ended_ = code == 0;
      more_inside_ = out.pos == out.size;
      if (out.pos > 0) return out.pos;
    }
    return std::size_t{0};
  }

  Result<void> next_chunk() {
    if (final_) return damaged("the compressed stream does not end");
    const std::size_t length = TRY(chunk_length(in_, chunks_ + 1));
    if (length == 0) return damaged("the last chunk is missing");
    const bool first = chunks_ == 0;
    ++chunks_;
    const auto sealed = std::span(sealed_).first(length);
    TRY(in_.exact(sealed));
    unsigned long long opened = 0;
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(&stream_, opened_.data(), &opened, &tag, sealed.data(),
                                                   sealed.size(), first ? header_digest_.data() : nullptr,
                                                   first ? header_digest_.size() : 0) != 0) {
      return first ? damaged("the key does not fit its content, or its header was changed")
                   : damaged(fmt::format("chunk {}", chunks_));
    }
    if (tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
      final_ = true;
    } else if (tag != crypto_secretstream_xchacha20poly1305_TAG_MESSAGE) {
      return damaged(fmt::format("the mark of chunk {}", chunks_));
    }
    next_ = {opened_.data(), static_cast<std::size_t>(opened), 0};
    return {};
  }

  Input& in_;
  const Digest header_digest_;
  ZSTD_DCtx* zstd_;
  crypto_secretstream_xchacha20poly1305_state stream_{};
  std::vector<std::uint8_t> sealed_, opened_;
  ZSTD_inBuffer next_{nullptr, 0, 0};
  std::int64_t chunks_ = 0;
  bool final_ = false, ended_ = false, more_inside_ = false;
};

// The entries, told to the visitor.
class Entries {
 public:
  Entries(Plain& plain, ArchiveVisitor& visitor) : plain_(plain), visitor_(visitor) {}

  // Up to the manifest, which is the last entry.
  Result<Manifest> read(const ArchiveHeader& header) {
    while (true) {
      std::uint8_t kind = 0;
      TRY(plain_.exact({&kind, 1}));
      switch (static_cast<Entry>(kind)) {
        case Entry::file:
          TRY(file());
          continue;
        case Entry::database:
          TRY(database());
          continue;
        case Entry::pages:
          TRY(pages());
          continue;
        case Entry::manifest:
          return manifest(header);
      }
      return damaged("an unknown kind of entry");
    }
  }

 private:
  Result<void> file() {
    std::array<std::uint8_t, 2> length{};
    TRY(plain_.exact(length));
    const auto name_bytes = static_cast<std::size_t>(length[0] | length[1] << 8);
    if (name_bytes == 0 || name_bytes > kNameBytesMax || names_.size() >= kArchiveFilesMax)
      return damaged("the name of a file");
    std::string name(name_bytes, '\0');
    TRY(plain_.exact({reinterpret_cast<std::uint8_t*>(name.data()), name.size()}));
    if (!is_entry_name(name) || !names_.insert(name).second) return damaged("the name of a file");
    const std::uint32_t bytes = TRY(plain_.number());
    files_bytes_ += bytes;
    if (bytes > kArchiveFileBytesMax || files_bytes_ > kArchiveFilesBytesMax) return damaged("the length of a file");
    std::string content = TRY(text(bytes));
    files_.push_back(name);
    return visitor_.file(name, std::move(content));
  }

  // A text of a length that was claimed: memory is taken as it comes.
  Result<std::string> text(std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) {
      const std::size_t before = out.size();
      const std::size_t piece = std::min(kPieceBytes, bytes - before);
      out.resize(before + piece);
      TRY(plain_.exact({reinterpret_cast<std::uint8_t*>(out.data()) + before, piece}));
    }
    return out;
  }

  Result<void> database() {
    const std::uint32_t bytes = TRY(plain_.number());
    if (page_bytes_ != 0 || !is_page_size(bytes)) return damaged("the beginning of the database");
    page_bytes_ = bytes;
    piece_.resize(kPieceBytes);
    return visitor_.begin_database(bytes);
  }

  Result<void> pages() {
    std::uint32_t first = TRY(plain_.number());
    std::uint32_t count = TRY(plain_.number());
    const std::uint64_t last = static_cast<std::uint64_t>(first) + count - 1;
    if (page_bytes_ == 0 || count == 0 || count > kRunBytesMax / page_bytes_ || first <= last_page_ ||
        last >= UINT32_MAX) {
      return damaged("the order of the database's pages");
    }
    last_page_ = static_cast<std::uint32_t>(last);
    while (count > 0) {
      const auto take = std::min<std::uint32_t>(count, static_cast<std::uint32_t>(kPieceBytes) / page_bytes_);
      const auto piece = std::span(piece_).first(static_cast<std::size_t>(take) * page_bytes_);
      TRY(plain_.exact(piece));
      TRY(visitor_.pages(first, piece));
      first += take;
      count -= take;
    }
    return {};
  }

  Result<Manifest> manifest(const ArchiveHeader& header) {
    const std::uint32_t bytes = TRY(plain_.number());
    if (bytes > kManifestBytesMax) return damaged("the length of its manifest");
    const std::string written = TRY(text(bytes));
    Manifest manifest = TRY(decode_manifest(written));
    const bool of_header = manifest.backup_id == header.backup_id && manifest.instance == header.instance &&
                           manifest.version == header.version && manifest.at == header.at &&
                           manifest.kind == header.kind;
    if (!of_header) return damaged("the manifest belongs to another backup");
    if (page_bytes_ == 0 || manifest.page_bytes != page_bytes_ || manifest.pages < last_page_ ||
        manifest.files != files_) {
      return damaged("the manifest names other content");
    }
    return manifest;
  }

  Plain& plain_;
  ArchiveVisitor& visitor_;
  std::vector<std::uint8_t> piece_;
  std::uint32_t page_bytes_ = 0, last_page_ = 0;
  std::set<std::string> names_;
  std::vector<std::string> files_;
  std::uint64_t files_bytes_ = 0;
};

class Reader final : public ArchiveReader {
 public:
  explicit Reader(ByteSource& in) : in_(in) {}

  Result<void> begin() {
    std::array<std::uint8_t, kMagic.size() + 1> start{};
    const auto magic = std::span(start).first(kMagic.size());
    if (const auto got = in_.exact(magic); !got) {
      // Too short to be a backup at all; a source that fails says why itself.
      if (got.error().code != ErrorCode::invalid_input) return got.error();
      return not_a_backup();
    }
    if (!std::ranges::equal(magic, archive_format::bytes_in(kMagic))) return not_a_backup();
    TRY(in_.exact({&start[kMagic.size()], 1}));
    if (start.back() > kVersion) return later_version(start.back());
    if (start.back() != kVersion) return damaged("the form of the file");
    const std::uint32_t length = TRY(in_.number());
    if (length == 0 || length > kHeaderBytesMax) return damaged("the length of its header");
    std::string text(length, '\0');
    TRY(in_.exact({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
    header_ = TRY(decode_header(text));
    header_digest_ = in_.digest();
    return {};
  }

  const ArchiveHeader& header() const override { return header_; }

  Result<Manifest> read(const Key& content_key, ArchiveVisitor& visitor) override {
    TRY(use());
    Plain plain(in_, header_digest_);
    TRY(plain.begin(content_key));
    Entries entries(plain, visitor);
    Manifest manifest = TRY(entries.read(header_));
    TRY(plain.end());
    TRY(signature());
    return manifest;
  }

  Result<ArchiveSummary> check_complete() override {
    TRY(use());
    std::array<std::uint8_t, crypto_secretstream_xchacha20poly1305_HEADERBYTES> start{};
    TRY(in_.exact(start));
    std::vector<std::uint8_t> piece(kPieceBytes);
    for (std::int64_t chunk = 1;; ++chunk) {
      std::size_t left = TRY(chunk_length(in_, chunk));
      if (left == 0 && chunk == 1) return damaged("it has no content");
      if (left == 0) break;
      while (left > 0) {
        const std::size_t take = std::min(left, piece.size());
        TRY(in_.exact(std::span(piece).first(take)));
        left -= take;
      }
    }
    TRY(signature());
    return summary();
  }

  ArchiveSummary summary() const override { return in_.summary(); }

 private:
  Result<void> use() {
    if (used_) return Error{ErrorCode::internal, "The backup was read already.", {}, "archive reader used twice"};
    used_ = true;
    return {};
  }

  Result<void> signature() {
    const Digest signed_digest = in_.digest();
    std::array<std::uint8_t, 64> signature{};
    TRY(in_.exact(signature));
    if (!is_signed_by(header_.signer, signed_digest, signature))
      return damaged("its signature does not fit what it signs");
    return in_.end();
  }

  Input in_;
  ArchiveHeader header_;
  Digest header_digest_{};
  bool used_ = false;
};

}  // namespace

Result<std::unique_ptr<ArchiveReader>> ArchiveReader::open(ByteSource& in) {
  auto reader = std::make_unique<Reader>(in);
  TRY(reader->begin());
  return std::unique_ptr<ArchiveReader>(std::move(reader));
}

}  // namespace connlog
