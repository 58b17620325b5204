// SPDX-License-Identifier: Apache-2.0
package io.kauditd.sources;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A file to read, to which something happens before one of the steps of whoever reads it. */
final class SteppedChannel extends FileChannel {
  /** What happens to the file. */
  interface Event {
    void happen() throws IOException;
  }

  private final FileChannel file;
  private Event event = () -> {};
  private int stepsLeft = -1;

  SteppedChannel(FileChannel file) {
    this.file = file;
  }

  /**
   * Lets something happen.
   *
   * @param steps so many steps are done before it
   */
  void after(int steps, Event what) {
    event = what;
    stepsLeft = steps;
  }

  /** Whether that has happened. */
  boolean hasHappened() {
    return stepsLeft < 0;
  }

  private FileChannel step() throws IOException {
    if (stepsLeft-- == 0) {
      event.happen();
    }
    return file;
  }

  @Override
  public long size() throws IOException {
    return step().size();
  }

  @Override
  public int read(ByteBuffer to, long at) throws IOException {
    return step().read(to, at);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return step().read(to);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    return step().read(to, offset, length);
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long to) throws IOException {
    file.position(to);
    return this;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from, long at) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel truncate(long to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void force(boolean metadata) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long at, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long at, long length, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long at, long length, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
