// Memory for mbedTLS's record buffers (16.7 kB in, 4.4 kB out): blocks of whole pages in an address range of their own.
// An untouched page costs nothing, and a page that is given back costs nothing again until it is touched; so an idle
// connection pays for the first page of each buffer, where its counters live, and not for a record it may once receive.
// Installed for the whole program before main; everything smaller or larger still comes from the heap. Any thread.
#pragma once

#include <cstddef>

namespace connlog::web {

// Called once by each user of TLS, so that the linker keeps this file.
void use_page_blocks();

// Gives back every page of the block behind its first. Its bytes there become zero. Nothing happens when `block` is not
// one of ours.
void give_back_tail(void* block);

}  // namespace connlog::web
