// Writes an archive: entries → zstd → chunks of secretstream → the sink, and the signature at the end.
#include <sodium.h>
#include <zstd.h>

#include <algorithm>
#include <set>

#include "core/appliance/backup/archive.h"
#include "core/appliance/backup/archive_format.h"

namespace connlog {
namespace {

using namespace archive_format;

Error out_of_order(std::string cause) {
  return Error{ErrorCode::internal, "Something is wrong inside the server. See its log.", {},
               "archive writer: " + std::move(cause)};
}

class Writer final : public ArchiveWriter {
 public:
  Writer(ByteSink& out, const ArchiveHeader& header, const SigningKey& signer)
      : out_(out), header_(header), signer_(signer), zstd_(ZSTD_createCCtx()), plain_(kChunkBytes),
        sealed_(kChunkBytes + kChunkTagBytes) {}
  ~Writer() override {
    ZSTD_freeCCtx(zstd_);
    sodium_memzero(&stream_, sizeof stream_);
    sodium_memzero(signer_.secret.data(), signer_.secret.size());
    sodium_memzero(plain_.data(), plain_.size());
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Result<void> begin(const Key& content_key) {
    header_.signer = signer_.open;
    const std::string header = TRY(encode(header_));
    if (zstd_ == nullptr || ZSTD_isError(ZSTD_CCtx_setParameter(zstd_, ZSTD_c_compressionLevel, kCompressionLevel)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(zstd_, ZSTD_c_windowLog, kWindowLog))) {
      return Error{ErrorCode::unavailable, "There is not enough free memory to write a backup."};
    }
    const std::uint8_t version = kVersion;
    TRY(put(archive_format::bytes_in(kMagic)));
    TRY(put({&version, 1}));
    TRY(put(number(static_cast<std::uint32_t>(header.size()))));
    TRY(put(archive_format::bytes_in(header)));
    header_digest_ = digest_.so_far();
    std::array<std::uint8_t, crypto_secretstream_xchacha20poly1305_HEADERBYTES> start{};
    if (crypto_secretstream_xchacha20poly1305_init_push(&stream_, start.data(), content_key.data()) != 0)
      return out_of_order("init_push");
    return put(start);
  }

  Result<void> add_file(std::string_view name, std::string_view content) override {
    if (finished_ || !is_entry_name(name)) return out_of_order("the name " + std::string(name));
    if (names_.size() >= kArchiveFilesMax || content.size() > kArchiveFileBytesMax ||
        files_bytes_ + content.size() > kArchiveFilesBytesMax) {
      return Error{ErrorCode::too_large,
                   "The file " + std::string(name) + " is too large for a backup, or there are too many files."};
    }
    if (!names_.insert(std::string(name)).second) return out_of_order("twice the name " + std::string(name));
    files_.emplace_back(name);
    files_bytes_ += content.size();
    TRY(entry(Entry::file));
    const auto length = static_cast<std::uint16_t>(name.size());
    TRY(compress(std::array{static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length >> 8)}));
    TRY(compress(archive_format::bytes_in(name)));
    TRY(compress(number(static_cast<std::uint32_t>(content.size()))));
    return compress(archive_format::bytes_in(content));
  }

  Result<void> begin_database(std::uint32_t page_bytes) override {
    if (finished_ || page_bytes_ != 0 || !is_page_size(page_bytes)) return out_of_order("begin_database");
    page_bytes_ = page_bytes;
    TRY(entry(Entry::database));
    return compress(number(page_bytes));
  }

  Result<void> add_pages(std::uint32_t first, std::span<const std::uint8_t> pages) override {
    if (finished_ || page_bytes_ == 0 || pages.size() % page_bytes_ != 0) return out_of_order("add_pages");
    const std::size_t run_max = kRunBytesMax / page_bytes_;
    while (!pages.empty()) {
      const std::size_t count = std::min(run_max, pages.size() / page_bytes_);
      const std::uint64_t last = static_cast<std::uint64_t>(first) + count - 1;
      if (first <= last_page_ || last >= UINT32_MAX) return out_of_order("pages do not rise");
      TRY(entry(Entry::pages));
      TRY(compress(number(first)));
      TRY(compress(number(static_cast<std::uint32_t>(count))));
      TRY(compress(pages.first(count * page_bytes_)));
      pages = pages.subspan(count * page_bytes_);
      last_page_ = static_cast<std::uint32_t>(last);
      first = last_page_ + 1;
    }
    return {};
  }

  Result<ArchiveSummary> finish(const Manifest& given) override {
    if (finished_ || page_bytes_ == 0 || given.pages < last_page_) return out_of_order("finish");
    Manifest manifest = given;
    manifest.backup_id = header_.backup_id;
    manifest.instance = header_.instance;
    manifest.version = header_.version;
    manifest.at = header_.at;
    manifest.kind = header_.kind;
    manifest.page_bytes = page_bytes_;
    manifest.files = files_;
    const std::string text = encode(manifest);
    if (text.size() > kManifestBytesMax || !decode_manifest(text)) return out_of_order("the manifest");
    TRY(entry(Entry::manifest));
    TRY(compress(number(static_cast<std::uint32_t>(text.size()))));
    TRY(compress(archive_format::bytes_in(text)));
    finished_ = true;
    TRY(end_frame());
    TRY(put_chunk(crypto_secretstream_xchacha20poly1305_TAG_FINAL));
    TRY(put(number(0)));
    TRY(put(sign(signer_, digest_.so_far())));
    return ArchiveSummary{bytes_, digest_.so_far()};
  }

 private:
  Result<void> put(std::span<const std::uint8_t> bytes) {
    digest_.add(bytes);
    bytes_ += static_cast<std::int64_t>(bytes.size());
    return out_.write(bytes);
  }

  Result<void> entry(Entry kind) {
    const auto byte = static_cast<std::uint8_t>(kind);
    return compress({&byte, 1});
  }

  // Where compressed bytes go next. A full chunk leaves when more is to come, so that the last one is never empty.
  Result<ZSTD_outBuffer> room() {
    if (filled_ == plain_.size()) TRY(put_chunk(0));
    return ZSTD_outBuffer{plain_.data() + filled_, plain_.size() - filled_, 0};
  }

  Result<void> compress(std::span<const std::uint8_t> bytes) {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) {
      ZSTD_outBuffer out = TRY(room());
      const std::size_t code = ZSTD_compressStream2(zstd_, &out, &in, ZSTD_e_continue);
      if (ZSTD_isError(code)) return out_of_order(ZSTD_getErrorName(code));
      filled_ += out.pos;
    }
    return {};
  }

  Result<void> end_frame() {
    ZSTD_inBuffer nothing{nullptr, 0, 0};
    for (std::size_t left = 1; left != 0;) {
      ZSTD_outBuffer out = TRY(room());
      left = ZSTD_compressStream2(zstd_, &out, &nothing, ZSTD_e_end);
      if (ZSTD_isError(left)) return out_of_order(ZSTD_getErrorName(left));
      filled_ += out.pos;
    }
    return {};
  }

  Result<void> put_chunk(std::uint8_t tag) {
    unsigned long long length = 0;
    const bool first = !any_chunk_;
    any_chunk_ = true;
    crypto_secretstream_xchacha20poly1305_push(&stream_, sealed_.data(), &length, plain_.data(), filled_,
                                               first ? header_digest_.data() : nullptr,
                                               first ? header_digest_.size() : 0, tag);
    filled_ = 0;
    TRY(put(number(static_cast<std::uint32_t>(length))));
    return put(std::span(sealed_).first(static_cast<std::size_t>(length)));
  }

  ByteSink& out_;
  ArchiveHeader header_;
  SigningKey signer_;
  ZSTD_CCtx* zstd_;
  crypto_secretstream_xchacha20poly1305_state stream_{};
  std::vector<std::uint8_t> plain_, sealed_;
  std::size_t filled_ = 0;  // of plain_
  RunningDigest digest_;
  Digest header_digest_{};
  std::int64_t bytes_ = 0;
  bool any_chunk_ = false, finished_ = false;
  std::uint32_t page_bytes_ = 0, last_page_ = 0;
  std::set<std::string> names_;
  std::vector<std::string> files_;
  std::uint64_t files_bytes_ = 0;
};

}  // namespace

// The stream's own header and the boxes draw from libsodium's generator, which is what SystemRandom asks.
Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::begin(ByteSink& out, const ArchiveHeader& header,
                                                            const Key& content_key, const SigningKey& signer,
                                                            Random& /*random*/) {
  auto writer = std::make_unique<Writer>(out, header, signer);
  TRY(writer->begin(content_key));
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

}  // namespace connlog
