//! One core for the server, the others for the crowd. Linux only.

use super::error::BenchError;

/// Cores, split in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cores {
    server: usize,
    crowd: Vec<usize>,
}

impl Cores {
    /// Those that this process may use.
    ///
    /// # Errors
    /// [`BenchError::Pin`], as in all that follows.
    pub(super) fn allowed() -> Result<Self, BenchError> {
        Self::split(&system::allowed().map_err(|error| BenchError::Pin(error.to_string()))?)
    }

    /// This thread, and the processes that it starts, run on the server's core from now on.
    pub(super) fn enter_server(&self) -> Result<(), BenchError> {
        system::enter(&[self.server]).map_err(|error| BenchError::Pin(error.to_string()))
    }

    /// This thread, and the threads that it starts, run on the crowd's cores from now on.
    pub(super) fn enter_crowd(&self) -> Result<(), BenchError> {
        system::enter(&self.crowd).map_err(|error| BenchError::Pin(error.to_string()))
    }

    /// The first allowed core for the server; there must be another.
    fn split(allowed: &[usize]) -> Result<Self, BenchError> {
        match allowed {
            [server, crowd @ ..] if !crowd.is_empty() => Ok(Self { server: *server, crowd: crowd.to_vec() }),
            _ => Err(BenchError::Pin("this takes at least two cores, and only one is allowed".to_owned())),
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use rustix::io::Result;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    pub(super) fn allowed() -> Result<Vec<usize>> {
        let set = sched_getaffinity(None)?;
        Ok((0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect())
    }

    pub(super) fn enter(cores: &[usize]) -> Result<()> {
        let mut set = CpuSet::new();
        cores.iter().for_each(|core| set.set(*core));
        sched_setaffinity(None, &set)
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub(super) fn allowed() -> Result<Vec<usize>, &'static str> {
        Err("only Linux can")
    }

    pub(super) fn enter(_cores: &[usize]) -> Result<(), &'static str> {
        Err("only Linux can")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_core_is_the_servers() {
        let split = |allowed: &[usize]| Cores::split(allowed).ok();
        assert_eq!(split(&[2, 5, 7]), Some(Cores { server: 2, crowd: vec![5, 7] }));
        assert_eq!(split(&[0, 1]), Some(Cores { server: 0, crowd: vec![1] }));
        assert_eq!(split(&[4]), None);
        assert_eq!(split(&[]), None);
    }
}
