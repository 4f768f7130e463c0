//! Waking whoever drives a connection, but not while he drives it.
//!
//! Both ends of everything inside a connection are in one hand here: what one end does wakes the
//! other, which is looked at anyway. A runtime that is told so puts the task into its queue and
//! wakes another thread for it, which costs more than the rest of a call.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering;
use std::task::Context;
use std::task::Poll;
use std::task::Wake;
use std::task::Waker;

/// How often somebody looks again before others get their turn.
const MOST_LOOKS: usize = 8;

/// Nobody looks: whoever rings wakes the one who waits.
const WAITING: u8 = 0;

/// Somebody looks.
const LOOKING: u8 = 1;

/// Somebody looks, and has to look again.
const RUNG: u8 = 2;

/// What rings.
#[derive(Debug, Default)]
pub(super) struct Bell {
    state: AtomicU8,
    waiting: Mutex<Option<Waker>>,
}

impl Bell {
    /// Looks, with what `waker` makes of this bell, until there is something or nothing rings.
    pub(super) fn look<T>(
        &self,
        waker: &Waker,
        context: &Context<'_>,
        mut look: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        let mut waiting = self.waiting();
        if !waiting.as_ref().is_some_and(|waiting| waiting.will_wake(context.waker())) {
            *waiting = Some(context.waker().clone());
        }
        drop(waiting);
        let mut ringing = Context::from_waker(waker);
        for _ in 0..MOST_LOOKS {
            self.state.store(LOOKING, Ordering::Release);
            let looked = look(&mut ringing);
            let was_rung = self.state.swap(WAITING, Ordering::AcqRel) == RUNG;
            if looked.is_ready() || !was_rung {
                return looked;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Forgets who waits.
    pub(super) fn forget(&self) {
        self.waiting().take();
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Waker>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let rung = self.state.compare_exchange(LOOKING, RUNG, Ordering::AcqRel, Ordering::Acquire);
        if rung == Err(WAITING)
            && let Some(waiting) = &*self.waiting()
        {
            waiting.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;
    use std::sync::atomic::Ordering;
    use std::task::Context;
    use std::task::Poll;
    use std::task::Wake;
    use std::task::Waker;

    use super::Bell;
    use super::MOST_LOOKS;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn whoever_looks_is_not_woken_but_looks_again() {
        let (bell, count) = (Arc::new(Bell::default()), Arc::new(Count::default()));
        let (ringing, waiting) = (Waker::from(Arc::clone(&bell)), Waker::from(Arc::clone(&count)));
        let context = Context::from_waker(&waiting);
        let woken = || count.0.load(Ordering::Relaxed);

        let mut looks = 0;
        let looked = bell.look(&ringing, &context, |inner| {
            looks += 1;
            inner.waker().wake_by_ref();
            if looks == 3 { Poll::Ready(()) } else { Poll::Pending }
        });
        assert_eq!((looked, looks, woken()), (Poll::Ready(()), 3, 0));

        let looked = bell.look(&ringing, &context, |_| Poll::<()>::Pending);
        assert_eq!((looked, woken()), (Poll::Pending, 0));
        ringing.wake_by_ref();
        assert_eq!(woken(), 1, "who waits is woken");

        looks = 0;
        let looked = bell.look(&ringing, &context, |inner| {
            looks += 1;
            inner.waker().wake_by_ref();
            Poll::<()>::Pending
        });
        assert_eq!((looked, looks, woken()), (Poll::Pending, MOST_LOOKS, 2), "others have a turn");
    }
}
